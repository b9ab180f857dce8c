package dev.portcullis.config;

/** One mistake in a configuration: its path, what is wrong, and how to fix it. */
public record Problem(String path, String what, String fix) {
    @Override
    public String toString() {
        return path + ": " + what + (fix.isEmpty() ? "" : "; " + fix);
    }
}
