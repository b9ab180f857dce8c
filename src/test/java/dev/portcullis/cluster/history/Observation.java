package dev.portcullis.cluster.history;

/** An entry, and the moment at which a client learned it from a delivery, a resume, a page of history or an ack. */
record Observation(Moment moment, Entry entry) {
    boolean isAck() {
        return moment.event() instanceof ClientEvent.Acked;
    }
}
