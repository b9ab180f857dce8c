package dev.portcullis.inventory;

import dev.portcullis.inventory.InventoryRow.ConnectionFacts;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** A column by which rows are sorted. */
public enum InventoryColumn {
    /** The id of the room or the user; of a connection that of its user. */
    NAME("name"),
    ROLE("role"),
    NODE("node"),
    IP("ip"),
    TRANSPORT("transport"),
    CONNECTIONS("connections"),
    ROOMS("rooms"),
    WAITING("waitingBytes"),
    CONNECTED("connectedAt"),
    ACTIVE("lastActivityAt");

    private final String id;

    InventoryColumn(String id) {
        this.id = id;
    }

    /** The name of the column in the contract. */
    public String id() {
        return id;
    }

    public static Optional<InventoryColumn> of(String id) {
        return Stream.of(values()).filter(column -> column.id.equals(id)).findFirst();
    }

    RowPlace place(InventoryRow row) {
        return switch (this) {
            case NAME -> text(row, facts -> facts.user().value());
            case ROLE -> text(row, facts -> facts.role().id());
            case NODE -> text(row, ConnectionFacts::node);
            case IP -> text(row, ConnectionFacts::ip);
            case TRANSPORT -> text(row, ConnectionFacts::transport);
            case CONNECTIONS -> number(row, row.connections());
            case ROOMS -> number(row, row.rooms());
            case WAITING -> number(row, row.waitingBytes());
            case CONNECTED -> number(row, row.connectedAt());
            case ACTIVE ->
                number(row, row.connection().map(ConnectionFacts::activeAt).orElse(0L));
        };
    }

    private static RowPlace text(InventoryRow row, Function<ConnectionFacts, String> of) {
        return new RowPlace(0, row.connection().map(of).orElse(""), row.key());
    }

    private static RowPlace number(InventoryRow row, long value) {
        return new RowPlace(value, "", row.key());
    }
}
