package dev.portcullis.audit.logging;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.portcullis.config.text.EscapedText;
import java.util.Arrays;
import java.util.Locale;
import net.logstash.logback.decorate.JsonGeneratorDecorator;
import org.jspecify.annotations.Nullable;

/** Escapes in JSON what {@link EscapedText} escapes in other lines: log lines quote what clients sent (CWE-117, CWE-150). */
public final class LogEscaper implements JsonGeneratorDecorator {
    private static final Escapes ESCAPES = new Escapes();

    @Override
    public JsonGenerator decorate(JsonGenerator generator) {
        return generator.setCharacterEscapes(ESCAPES);
    }

    private static final class Escapes extends CharacterEscapes {
        private static final long serialVersionUID = 1L;

        private static final int DELETE = 0x7F;
        private static final int[] ASCII = standardAsciiEscapesForJSON();

        static {
            ASCII[DELETE] = ESCAPE_STANDARD;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return Arrays.copyOf(ASCII, ASCII.length);
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int character) {
            return EscapedText.isInvisible(character)
                    ? new SerializedString(String.format(Locale.ROOT, "\\u%04x", character))
                    : null;
        }
    }
}
