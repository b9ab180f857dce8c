package dev.portcullis.protocol.codec;

import com.fasterxml.jackson.core.JsonStreamContext;
import dev.portcullis.protocol.IdSyntax;
import org.jspecify.annotations.Nullable;

/**
 * A location in a frame (RFC 6901), as steps from the root. The text is made only for a violation. A name that is too
 * long or ill-formed is left out, so the pointer ends at the enclosing value: text made up by a client never comes back
 * larger, or as broken Unicode.
 */
public final class JsonPointer {
    public static final JsonPointer ROOT = new JsonPointer(null, "", 0, false);
    private static final int MAX_NAME_LENGTH = 64;

    private final @Nullable JsonPointer parent;

    /** Null for an index. */
    private final @Nullable String name;

    private final int index;
    private final boolean end;

    /** A race is harmless: every thread computes the same text. */
    private @Nullable String written;

    private JsonPointer(@Nullable JsonPointer parent, @Nullable String name, int index, boolean end) {
        this.parent = parent;
        this.name = name;
        this.index = index;
        this.end = end;
    }

    public JsonPointer child(String name) {
        if (end) {
            return this;
        }
        return isReportable(name) ? new JsonPointer(this, name, 0, false) : asEnd();
    }

    public JsonPointer child(int index) {
        return end ? this : new JsonPointer(this, null, index, false);
    }

    JsonPointer child(FieldName field) {
        return end ? this : new JsonPointer(this, field.text(), 0, false);
    }

    /**
     * The same pointer, which stands for all that is below it: without a step in between, the next ones would lead elsewhere.
     */
    public JsonPointer asEnd() {
        return new JsonPointer(parent, name, index, true);
    }

    /** The location of the parser. */
    static JsonPointer of(JsonStreamContext at) {
        JsonStreamContext parent = at.getParent();
        if (parent == null) {
            return ROOT;
        }
        JsonPointer above = of(parent);
        if (at.inArray()) {
            return above.child(at.getCurrentIndex());
        }
        return at.getCurrentName() == null ? above : above.child(at.getCurrentName());
    }

    @Override
    public String toString() {
        String text = written;
        if (text == null) {
            text = parent == null ? "" : parent + "/" + (name == null ? Integer.toString(index) : escape(name));
            written = text;
        }
        return text;
    }

    /** The replacement character stands for ill-formed text ({@link LoneSurrogates}). */
    private static boolean isReportable(String name) {
        return name.length() <= MAX_NAME_LENGTH && IdSyntax.isWellFormed(name) && name.indexOf('\ufffd') < 0;
    }

    /** A name as a step. */
    public static String escape(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
