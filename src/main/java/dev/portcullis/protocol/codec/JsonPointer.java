package dev.portcullis.protocol.codec;

import com.fasterxml.jackson.core.JsonStreamContext;
import dev.portcullis.protocol.IdSyntax;

/**
 * Where in a frame (RFC 6901). A name that no reader could place, being too long or ill-formed, is left out: the pointer
 * then ends at what holds it. So what a client made up never comes back larger, or as broken Unicode.
 */
final class JsonPointer {
    static final String ROOT = "";
    private static final int LONGEST_NAME = 64;

    private JsonPointer() {}

    static String child(String parent, String name) {
        return isTellable(name) ? parent + "/" + escape(name) : parent;
    }

    static String child(String parent, int index) {
        return parent + "/" + index;
    }

    /** The place the parser is at. */
    static String of(JsonStreamContext at) {
        JsonStreamContext parent = at.getParent();
        if (parent == null) {
            return ROOT;
        }
        String above = of(parent);
        if (at.inArray()) {
            return child(above, at.getCurrentIndex());
        }
        return at.getCurrentName() == null ? above : child(above, at.getCurrentName());
    }

    private static boolean isTellable(String name) {
        return name.length() <= LONGEST_NAME && IdSyntax.isWellFormed(name);
    }

    private static String escape(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
