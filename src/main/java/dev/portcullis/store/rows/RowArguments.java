package dev.portcullis.store.rows;

import dev.portcullis.protocol.Permit;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.Script;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Adds rows to the call of a script. Each key is added once, behind the keys that the call has, and the arguments refer to it by
 * its number.
 */
public final class RowArguments {
    /** The files of functions on rows, for scripts in other folders. */
    public static final List<String> PERMIT_FILES =
            List.of("/dev/portcullis/store/rows/row_changes", "/dev/portcullis/store/rows/permit");

    private static final String END_OF_KEY = "\0";
    private static final String BEHIND_KEY = "\1";

    private final Script.Call call;
    private final int lane;
    private final Map<String, Integer> numbers = new HashMap<>();

    private RowArguments(Script.Call call, int lane) {
        this.call = call;
        this.lane = lane;
    }

    static RowArguments of(Script.Call call, int lane) {
        return new RowArguments(call, lane);
    }

    /**
     * Adds a permit as {@code permit.lua} takes it. The permit comes last, but for the arguments of parts that read theirs before
     * it.
     */
    public static Script.Call permit(Script.Call call, int lane, Permit permit) {
        RowArguments rows = new RowArguments(call, lane);
        for (Permit.Row row : permit.unchanged()) {
            call.arg(rows.number(RowKey.of(row)))
                    .arg(row.partition().isEmpty() ? "" : row.key())
                    .arg(row.value().isPresent() ? "1" : "")
                    .arg(row.value().orElse(""));
        }
        rows.writes(WriteSet.of(permit));
        return call.arg(permit.unchanged().size())
                .arg(permit.written().size() + permit.counted().size());
    }

    RowArguments reads(ReadSet reads) {
        call.arg(reads.rows().size() + reads.ranges().size());
        for (RowKey row : reads.rows()) {
            call.arg(number(row));
            if (row.partition().isEmpty()) {
                call.arg("single").arg("").arg("").arg("");
            } else {
                call.arg("up")
                        .arg(row.key() + END_OF_KEY)
                        .arg(row.key() + BEHIND_KEY)
                        .arg("1");
            }
        }
        for (RowRange range : reads.ranges()) {
            call.arg(number(range.table(), range.partition()))
                    .arg(range.direction().name().toLowerCase(Locale.ROOT))
                    .arg(range.from())
                    .arg(range.before())
                    .arg(range.limit());
        }
        return this;
    }

    void writes(WriteSet writes) {
        writes.cleared()
                .forEach(
                        partition -> write(number(partition.table(), partition.name()), "", "clear", Optional.empty()));
        writes.rows()
                .forEach((row, value) -> write(
                        number(row),
                        row.partition().isEmpty() ? "" : row.key(),
                        value.isPresent() ? "put" : "remove",
                        value));
        writes.counts().forEach((row, more) -> write(number(row), "", "add", Optional.of(Long.toString(more))));
    }

    private void write(int number, String row, String kind, Optional<String> value) {
        call.arg(number).arg(row).arg(kind).arg(value.orElse(""));
    }

    private int number(RowKey row) {
        return number(row.table(), row.partition().orElse(row.key()));
    }

    private int number(String table, String name) {
        return numbers.computeIfAbsent(
                RedisKeys.of(lane, table, name), key -> call.key(key).keys());
    }
}
