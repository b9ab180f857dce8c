package dev.portcullis.edge.api.asyncapi;

import static dev.portcullis.edge.api.asyncapi.JsonResource.object;

import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** All frames, close codes and reasons, as {@code frames.json} describes them. */
final class FrameCatalogue {
    private final Map<String, Object> fields;
    private final Map<String, Object> closes;
    private final Map<String, Object> commonErrors;
    private final List<FrameDescription> frames = new ArrayList<>();

    FrameCatalogue(Map<String, Object> file) {
        fields = section(file, "fields");
        closes = section(file, "closes");
        commonErrors = section(file, "errorsOfAnyFrame");
        section(file, "client").forEach((type, about) -> frames.add(FrameDescription.ofClient(type, about)));
        section(file, "server").forEach((type, about) -> frames.add(FrameDescription.ofServer(type, about)));
    }

    List<FrameDescription> frames() {
        return List.copyOf(frames);
    }

    FrameDescription fromServer(String type) {
        return frames.stream()
                .filter(each -> !each.fromClient() && each.type().equals(type))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("frames.json lacks the server's " + type));
    }

    Map<String, Object> schema(FrameDescription frame) {
        return new PayloadSchema(object(frame.about().getOrDefault("fields", Map.of())), fields)
                .translate(frame.schema());
    }

    /** Codes that may be retried say how. One code has a row for each of its phrases. */
    List<Object> closeCodes() {
        List<Object> rows = new ArrayList<>();
        List<CloseCode> ascending = Arrays.stream(CloseCode.values())
                .sorted(Comparator.comparing(CloseCode::code))
                .toList();
        for (CloseCode each : ascending) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("code", (long) each.code());
            row.put("phrase", each.phrase());
            row.put("retry", each.retry().name().toLowerCase(Locale.ROOT));
            row.put("description", described(closes, each.id()));
            rows.add(row);
        }
        return rows;
    }

    List<Object> reasons() {
        List<Object> rows = new ArrayList<>();
        for (Reason each : Reason.values()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("reason", each.id());
            row.put("message", each.sentence());
            if (commonErrors.containsKey(each.id())) {
                row.put("ofAnyFrame", described(commonErrors, each.id()));
            }
            rows.add(row);
        }
        return rows;
    }

    private static String described(Map<String, Object> texts, String id) {
        Object text = texts.get(id);
        if (text == null) {
            throw new IllegalStateException("frames.json does not describe " + id);
        }
        return text.toString();
    }

    private static Map<String, Object> section(Map<String, Object> file, String name) {
        return object(file.getOrDefault(name, Map.of()));
    }
}
