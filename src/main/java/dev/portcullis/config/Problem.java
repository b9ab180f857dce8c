package dev.portcullis.config;

/** One mistake in a configuration: where it stands, what is wrong, and what would be right. */
public record Problem(String path, String what, String fix) {
    @Override
    public String toString() {
        return path + ": " + what + (fix.isEmpty() ? "" : "; " + fix);
    }
}
