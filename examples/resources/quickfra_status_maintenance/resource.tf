resource "quickfra_status_maintenance" "updates" {
  stack       = quickfra_stack.platform
  title       = "Updates of the system"
  description = "Short interruptions are possible."
  time_zone   = "Europe/Berlin"

  recurring_weekday {
    weekdays   = ["tuesday", "thursday"]
    start_time = "23:00"
    end_time   = "01:00" # of the next day
  }

  monitors     = [quickfra_status_monitor.shop.id]
  status_pages = [quickfra_status_page.public.slug]
}
