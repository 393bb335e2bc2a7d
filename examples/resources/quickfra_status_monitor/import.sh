# By the number that the server gave it, or by its name. For a server elsewhere: https://status.example.net#12
terraform import quickfra_status_monitor.shop 203.0.113.7/platform/12
