package dev.portcullis.bus;

/** Broken machinery between two stages. What was asked may or may not have been done. */
public final class BusFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** In which way it broke. */
    public enum Kind {
        /** No instance of the stage is known. */
        NO_INSTANCE,
        /** The deadline passed. */
        TIMEOUT,
        /** Too many questions to this stage are under way; this one was not asked. */
        OVERLOADED,
        /** The instance answered that it failed. */
        FAILED;

        /** Whether an instance may have done what was asked. */
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
