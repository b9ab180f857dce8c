package dev.portcullis.protocol.codec;

/** A published schema uses something that the decoder does not implement, so the decoder would check another rule. */
public final class UnsupportedSchemaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnsupportedSchemaException(String where, String why) {
        super("the decoder can't use the schema " + where + ": " + why);
    }
}
