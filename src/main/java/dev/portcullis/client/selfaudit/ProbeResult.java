package dev.portcullis.client.selfaudit;

/** A row with its outcome. */
public record ProbeResult(Probe probe, ProbeOutcome outcome) {
    public Grade grade() {
        return outcome.fold(seen -> Grade.SUCCESS, seen -> probe.worst(), why -> Grade.INFO);
    }

    public boolean isFound() {
        return outcome.fold(seen -> false, seen -> true, why -> false);
    }

    public boolean isPassed() {
        return outcome.fold(seen -> true, seen -> false, why -> false);
    }

    /** The outcome as a line says it. */
    public String text() {
        return outcome.fold(seen -> seen, seen -> seen, why -> "not checked: " + why);
    }
}
