package dev.portcullis.cluster.history;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An event of a client, with its time.
 *
 * @param at nanoseconds of the clock that all clients share: before a send, after a receipt
 * @param connection the number of the client's connection, from 1
 */
public record Moment(long at, String client, String user, int connection, ClientEvent event) {
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%12.6f s  %s#%d %s", at / 1e9, client, connection, event.describe());
    }

    JsonObject toJson() {
        JsonObject json = new JsonObject()
                .put("nanos", at)
                .put("client", client)
                .put("user", user)
                .put("connection", connection)
                .put("event", event.getClass().getSimpleName().toLowerCase(Locale.ROOT));
        return json.mergeIn(fields((Record) event));
    }

    private static JsonObject fields(Record fields) {
        JsonObject json = new JsonObject();
        for (RecordComponent each : fields.getClass().getRecordComponents()) {
            try {
                json.put(each.getName(), value(each.getAccessor().invoke(fields)));
            } catch (ReflectiveOperationException hidden) {
                throw new IllegalStateException(hidden);
            }
        }
        return json;
    }

    private static Object value(Object value) {
        if (value instanceof Optional<?> maybe) {
            return maybe.map(Moment::value).orElse("");
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Moment::value).collect(JsonArray::new, JsonArray::add, JsonArray::addAll);
        }
        return value instanceof Record nested ? fields(nested) : value;
    }
}
