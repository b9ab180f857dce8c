package dev.portcullis.app.config;

import dev.portcullis.config.Section;

/**
 * Names of the contract for what this version does not do. They may be said to be off, so that a file written for a later
 * version can be tried; to turn one on is a problem, not a wish that is passed over.
 */
final class UnsupportedSettings {
    private static final String CSRF = "which sessions need a CSRF token: those of cookies, which are not offered yet";

    private UnsupportedSettings() {}

    static void read(Section root) {
        off(root.section("accounts"), "registration and login by this server; not offered yet");
        if (root.section("csrf").choice("require", Csrf.COOKIE, CSRF) == Csrf.ALWAYS) {
            root.section("csrf").problem("require", "is always", "this comes with a later version: leave it cookie");
        }
    }

    /** Which sessions need a CSRF token. None is authenticated by a cookie yet, so none does. */
    private enum Csrf {
        COOKIE,
        NEVER,
        ALWAYS
    }

    private static void off(Section section, String about) {
        if (section.flag("enabled", false, about)) {
            section.problem("enabled", "is true", "this comes with a later version: leave it false");
        }
    }
}
