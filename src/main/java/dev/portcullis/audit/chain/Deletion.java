package dev.portcullis.audit.chain;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.portcullis.config.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** What a line says of a file that a rule deletes. */
record Deletion(long first, long last, String lastHash) {
    /** Empty if the line is of something else. */
    static Optional<Deletion> of(byte[] line) {
        String text = new String(line, US_ASCII);
        if (!text.contains("\"event\":\"audit.")
                || ChainLine.read(line).filter(ChainLine::isIntact).isEmpty()) {
            return Optional.empty();
        }
        Map<?, ?> fields = fields(text);
        return ChainEvent.DELETED.id().equals(fields.get("event"))
                        && fields.get("last") instanceof Long last
                ? Optional.of(new Deletion(
                        fields.get("first") instanceof Long first ? first : 0,
                        last,
                        String.valueOf(fields.get("lastHash"))))
                : Optional.empty();
    }

    private static Map<?, ?> fields(String line) {
        try {
            return Json.parseWithoutComments(line) instanceof Map<?, ?> fields ? fields : Map.of();
        } catch (IOException malformed) {
            return Map.of();
        }
    }

    /** Whether the folder has the file, and it ends as the line says. */
    boolean isStillThere(Path folder, String chain, LineMac mac) throws IOException {
        return new Retention.Kept(ChainFile.in(folder, chain, first), last, lastHash, 0, true).isUntouched(mac);
    }

    ChainDamage.Gap gap() {
        return new ChainDamage.Gap(first, last);
    }

    /** Says that the file was not deleted after all. */
    ChainEntry takenBack(long at) {
        return ChainEntry.of(
                ChainEvent.RECOVERED, at, Map.of("first", first, "last", last, "reason", ChainEvent.NOT_DELETED));
    }
}
