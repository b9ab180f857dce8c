package dev.portcullis.client.bench;

/** How far a run is, for whoever watches. */
public record Progress(Phase phase, int planned, int joined, long sent, long deliveries) {
    /** What a run does at a time. */
    public enum Phase {
        CONNECTING("arriving"),
        SENDING("sending"),
        DRAINING("draining");

        private final String id;

        Phase(String word) {
            this.id = word;
        }

        public String id() {
            return id;
        }
    }
}
