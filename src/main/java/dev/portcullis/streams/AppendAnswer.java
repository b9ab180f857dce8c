package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import dev.portcullis.store.StoreFailure;
import io.vertx.redis.client.Response;

/** What {@code append.lua} answers. */
final class AppendAnswer {
    private AppendAnswer() {}

    static Appended read(Append append, Response answer) {
        String outcome = answer.get(0).toString();
        return switch (outcome) {
            case "stored" -> new Appended.Stored(entry(append, answer));
            case "known" ->
                KeyRow.decode(answer.get(1).toBytes()).answer(append.key().orElseThrow());
            case "expired" -> new Appended.Expired();
            case "barred" -> new Appended.Barred();
            case "full" -> new Appended.Full();
            default -> throw new StoreFailure("an append had an outcome of another release");
        };
    }

    private static Entry entry(Append append, Response stored) {
        Position at = new Position(stored.get(1).toString(), stored.get(2).toLong());
        return new Entry(
                append.stream(),
                at,
                append.timestamp(),
                append.body(),
                append.bars(),
                stored.get(3).toLong());
    }
}
