# A message at the top of the page. Take the block away when it is over.
resource "quickfra_status_page" "team" {
  endpoint = "https://status.example.net"
  slug     = "team-a"
  title    = "Team A"
  theme    = "dark"
  domains  = ["status.team-a.example.com"]

  incident {
    title   = "Payments are slow"
    content = "Our bank has a problem. Payments take up to **ten minutes**."
    style   = "warning"
  }
}
