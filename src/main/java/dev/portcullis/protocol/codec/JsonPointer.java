package dev.portcullis.protocol.codec;

import com.fasterxml.jackson.core.JsonStreamContext;
import dev.portcullis.protocol.IdSyntax;
import org.jspecify.annotations.Nullable;

/**
 * Where in a frame (RFC 6901), as steps from the root: it is written out only where something is wrong. A name that no
 * reader could place, being too long or ill-formed, is left out: the pointer then ends at what holds it. So what a client
 * made up never comes back larger, or as broken Unicode.
 */
final class JsonPointer {
    static final JsonPointer ROOT = new JsonPointer(null, "", 0);
    private static final int LONGEST_NAME = 64;

    private final @Nullable JsonPointer parent;

    /** Null for an index. */
    private final @Nullable String name;

    private final int index;

    /** The same whichever thread writes it first. */
    private @Nullable String written;

    private JsonPointer(@Nullable JsonPointer parent, @Nullable String name, int index) {
        this.parent = parent;
        this.name = name;
        this.index = index;
    }

    JsonPointer child(String name) {
        return isTellable(name) ? new JsonPointer(this, name, 0) : this;
    }

    JsonPointer child(int index) {
        return new JsonPointer(this, null, index);
    }

    JsonPointer child(FieldName field) {
        return new JsonPointer(this, field.text(), 0);
    }

    /** The place the parser is at. */
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

    private static boolean isTellable(String name) {
        return name.length() <= LONGEST_NAME && IdSyntax.isWellFormed(name);
    }

    private static String escape(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
