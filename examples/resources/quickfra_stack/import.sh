# The id is the way to the machine, and the name of the stack on it. User and port may be left out (root, 22).
terraform import quickfra_stack.platform root@203.0.113.7:22/platform
