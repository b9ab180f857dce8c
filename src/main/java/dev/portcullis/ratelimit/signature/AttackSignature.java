package dev.portcullis.ratelimit.signature;

/** The name of a signature; never the text in which it was found. */
public record AttackSignature(AttackClass kind, String name) {
    /** The name in the audit log. */
    public String id() {
        return kind.id() + "/" + name;
    }
}
