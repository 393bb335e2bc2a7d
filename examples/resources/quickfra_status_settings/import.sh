# A server has it once: the word stands in the place of a name. For a server elsewhere: https://status.example.net#settings
terraform import quickfra_status_settings.platform 203.0.113.7/platform/settings
