# A server has it once: the word stands in the place of a name.
terraform import quickfra_status_two_factor.platform 203.0.113.7/platform/two-factor
