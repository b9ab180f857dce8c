package dev.portcullis.config;

import java.nio.charset.StandardCharsets;

/** A secret value: it prints as {@code [REDACTED]} wherever it is printed by accident (CWE-532). */
public record Secret(String reveal) {
    public static final String REDACTED = "[REDACTED]";

    public byte[] bytes() {
        return reveal.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return REDACTED;
    }
}
