package dev.portcullis.config;

/**
 * One mistake in a configuration.
 *
 * @param path empty where no key of it is wrong
 * @param what is wrong
 */
public record Problem(String path, String what, String fix) {
    @Override
    public String toString() {
        return (path.isEmpty() ? "" : path + ": ") + what + (fix.isEmpty() ? "" : "; " + fix);
    }
}
