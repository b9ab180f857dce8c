package dev.portcullis.ratelimit.signature;

import dev.portcullis.protocol.LowerCaseId;

/** The name of a signature; never the text in which it was found. */
public record AttackSignature(AttackClass kind, String name) {
    /** The target of an attack. */
    public enum AttackClass implements LowerCaseId {
        SQL,
        SCRIPT,
        PATH,
        TEMPLATE,
        LDAP,
        LOG4J,
        COMMAND
    }

    /** The name in the audit log. */
    public String id() {
        return kind.id() + "/" + name;
    }
}
