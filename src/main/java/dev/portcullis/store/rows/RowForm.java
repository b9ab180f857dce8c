package dev.portcullis.store.rows;

import dev.portcullis.protocol.record.TextForm;
import dev.portcullis.store.StoreFailure;

/** The text of a record as a row has it. */
public final class RowForm<T> {
    private final TextForm<T> text;
    private final String name;

    private RowForm(TextForm<T> text, String name) {
        this.text = text;
        this.name = name;
    }

    public static <T> RowForm<T> of(Class<T> type) {
        return new RowForm<>(TextForm.of(type), type.getSimpleName());
    }

    public String encode(T value) {
        return text.encode(value);
    }

    /** Fails for a row that can't be read: to ignore it could give a right, or take one away (CWE-636). */
    public T decode(String row) {
        return text.decode(row).orElseThrow(() -> new StoreFailure("a row of " + name + " can't be read"));
    }
}
