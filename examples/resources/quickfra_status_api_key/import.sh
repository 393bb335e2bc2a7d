# By the number that the server gave it, or by its name. For a server elsewhere: https://status.example.net#1
terraform import quickfra_status_api_key.prometheus 203.0.113.7/platform/1
