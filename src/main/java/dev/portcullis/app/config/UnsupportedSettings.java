package dev.portcullis.app.config;

import dev.portcullis.config.Section;

/**
 * Settings of the contract that this version does not support. They may be off, so that a file for a later version
 * loads; turning one on is a problem and never ignored.
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
