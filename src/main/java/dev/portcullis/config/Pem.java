package dev.portcullis.config;

import java.util.function.Function;

/** A certificate chain or a key: the path of a PEM file, or the PEM text where the configuration names a {@code $file}. */
public record Pem(Secret value) {
    public <R> R fold(Function<String, R> path, Function<String, R> text) {
        String given = value.reveal();
        return given.stripLeading().startsWith("-----BEGIN ") ? text.apply(given) : path.apply(given);
    }
}
