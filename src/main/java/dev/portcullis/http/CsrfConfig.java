package dev.portcullis.http;

import dev.portcullis.config.Section;

/** The section {@code csrf}. */
public record CsrfConfig(Require require, long rotateMs, long graceMs) {
    /** Which sessions, and which writes over HTTP, need a CSRF token. */
    public enum Require {
        COOKIE,
        ALWAYS,
        NEVER
    }

    public static CsrfConfig read(Section csrf) {
        return new CsrfConfig(
                csrf.basic()
                        .choice(
                                "require",
                                Require.COOKIE,
                                "which sessions need a CSRF token: those authenticated by a cookie, all, or none"),
                csrf.millis(
                        "rotateMs",
                        1_800_000,
                        1_000,
                        86_400_000,
                        "how long a session keeps its CSRF token; then csrf_rotated"),
                csrf.millis("graceMs", 60_000, 0, 3_600_000, "how long the former token is good after that"));
    }

    /** Whether a session needs one. */
    public boolean isRequired(boolean byCookie) {
        return require == Require.ALWAYS || (require == Require.COOKIE && byCookie);
    }
}
