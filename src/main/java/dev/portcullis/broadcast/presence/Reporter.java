package dev.portcullis.broadcast.presence;

import java.util.Optional;

/** One edge node, from the view of an owner. */
final class Reporter {
    private final int number;
    private final long incarnation;
    private PresenceView view;
    private Optional<PresenceView> complete = Optional.empty();
    private long lastReport;
    private long heardAt;
    private boolean heardSincePause = true;

    /** @param number the number that stands for the node in the counts of sessions */
    Reporter(int number, PresenceReport first, long nanos) {
        this.number = number;
        this.incarnation = first.incarnation();
        this.view = first.view();
        this.heardAt = nanos;
    }

    int number() {
        return number;
    }

    boolean isOf(long other) {
        return incarnation == other;
    }

    boolean isNew(PresenceReport report) {
        return report.number() > lastReport;
    }

    void heard(PresenceReport report, long nanos) {
        lastReport = report.number();
        heardAt = nanos;
        heardSincePause = true;
        view = report.view().equals(view) ? view : report.view(); // one object for all its reports
        if (report.complete()) {
            complete = Optional.of(view);
        }
    }

    /** Leaves out the time in which the owner itself could not hear. Its knowledge of the node is as old as that. */
    void excuse(long nanos) {
        heardAt += nanos;
        heardSincePause = false;
    }

    /** Whether the node has reported since the owner itself was stopped. */
    boolean isHeardSincePause() {
        return heardSincePause;
    }

    boolean isSilentFor(long leaseNanos, long nanos) {
        return nanos - heardAt > leaseNanos;
    }

    PresenceView view() {
        return view;
    }

    /** The view by which the node has told the owner everything. */
    Optional<PresenceView> complete() {
        return complete;
    }
}
