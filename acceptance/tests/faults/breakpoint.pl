# Lets a transaction go on from step to step, and holds it in the one that is named, or kills it there.
#
# At the beginning of each step a transaction writes to a file who is at work, and at what. Here a pipe stands in the place
# of that file, and a writer waits until somebody reads. While it waits at one pipe, the next one is put into the place: so
# the transaction, once let into a step, cannot leave it before it is let into the next one. Only after it was let in does
# it say that the step began, and then it notes it in its log.
use strict;
use warnings;
use POSIX ();

my ($holder, $log, $aimed, $kill) = @ARGV;
my ($process, $transaction);

# A bound against hanging: the transaction may fail before it comes that far.
alarm 300;
while (1) {
    select(undef, undef, undef, 0.002) until waits();
    POSIX::mkfifo("$holder.next", 0600) or die "mkfifo: $!";
    link($holder, "$holder.now") or die "link: $!";
    rename("$holder.next", $holder) or die "rename: $!";
    open(my $pipe, '<', "$holder.now") or die "open: $!";
    unlink "$holder.now";
    my $record = do { local $/; <$pipe> };
    my ($step) = $record =~ /^step (.*)$/m;
    ($process) = $record =~ /^process (\d+)$/m;
    ($transaction) = $record =~ /^transaction (.*)$/m;
    next if $step ne $aimed;
    exit if !$kill;
    # Killed any sooner, it would not yet have said that it is in this step. On a machine without a log it is at its next
    # pipe that it has surely said so.
    select(undef, undef, undef, 0.002) until noted() || waits();
    # What was killed cannot be let go, and whoever comes next must find no pipe.
    kill('KILL', $process) or die "kill: $!";
    unlink $holder;
    exit;
}

# Whether the transaction waits at a pipe for its other end. Before its first step its process is not known, but then no
# container is being started either, whose keeper would wait at pipes of its own.
sub waits {
    for my $file ($process ? "/proc/$process/wchan" : glob '/proc/[0-9]*/wchan') {
        # Processes come and go.
        open(my $place, '<', $file) or next;
        return 1 if (<$place> // '') eq 'wait_for_partner';
    }
    return 0;
}

# Whether the transaction has noted the step in its log.
sub noted {
    open(my $file, '<', $log) or return 0;
    return scalar grep { / \Q$transaction\E \S+ \Q$aimed\E$/ } <$file>;
}
