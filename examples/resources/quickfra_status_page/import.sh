# By its slug, or by its title. For a server elsewhere: https://status.example.net#public
terraform import quickfra_status_page.public 203.0.113.7/platform/public
