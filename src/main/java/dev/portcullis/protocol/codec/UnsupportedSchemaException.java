package dev.portcullis.protocol.codec;

/** A published schema says something that the decoder does not implement, so that it would judge by another rule. */
public final class UnsupportedSchemaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnsupportedSchemaException(String where, String why) {
        super("the decoder can't judge by the schema " + where + ": " + why);
    }
}
