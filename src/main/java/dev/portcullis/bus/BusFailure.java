package dev.portcullis.bus;

/** A question to a stage failed technically. The stage may or may not have acted on it. */
public final class BusFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The kind of failure. */
    public enum Kind {
        /** No instance of the stage is known. */
        NO_INSTANCE,
        /** The deadline passed. */
        TIMEOUT,
        /** Too many questions to this stage are in flight; this one was not sent. */
        OVERLOADED,
        /** The instance replied that it failed. */
        FAILED;

        /** Whether an instance may have acted on the question. */
        public boolean mayHaveRun() {
            return this == TIMEOUT || this == FAILED;
        }
    }

    private final Kind kind;
    private final Stage stage;

    public BusFailure(Kind kind, Stage stage) {
        super(stage.id() + ": " + kind, null, false, false);
        this.kind = kind;
        this.stage = stage;
    }

    public Kind kind() {
        return kind;
    }

    public Stage stage() {
        return stage;
    }
}
