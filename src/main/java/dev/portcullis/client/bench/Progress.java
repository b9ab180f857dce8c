package dev.portcullis.client.bench;

/** The progress of a run. */
public record Progress(Phase phase, int planned, int joined, long sent, long deliveries) {
    /** The phase of a run. */
    public enum Phase {
        CONNECTING("connecting"),
        SENDING("sending"),
        DRAINING("draining");

        private final String id;

        Phase(String id) {
            this.id = id;
        }

        public String id() {
            return id;
        }
    }
}
