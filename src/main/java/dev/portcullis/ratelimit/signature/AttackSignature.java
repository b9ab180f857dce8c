package dev.portcullis.ratelimit.signature;

import java.util.Locale;

/** The name of a signature; never the text in which it was found. */
public record AttackSignature(AttackClass kind, String name) {
    /** The target of an attack. */
    public enum AttackClass {
        SQL,
        SCRIPT,
        PATH,
        TEMPLATE,
        LDAP,
        LOG4J,
        COMMAND;

        private final String id = name().toLowerCase(Locale.ROOT);

        /** The name in the file of signatures, in metrics and in the audit log. */
        public String id() {
            return id;
        }
    }

    /** The name in the audit log. */
    public String id() {
        return kind.id() + "/" + name;
    }
}
