package dev.portcullis.admin.users;

import dev.portcullis.auth.account.Account;
import dev.portcullis.auth.account.AccountState;
import dev.portcullis.config.Json;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.RoomLimits;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.uploads.ticket.Upload;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes what is kept of a user as JSON: the account, the rooms, the block list, the uploads, and the inbox in parts of a
 * bounded size.
 * No hash of a password and no token is in it (CWE-200).
 */
public final class UserExport {
    private static final Bounds PART = new Bounds(1_000, 1 << 20);
    private static final int PAGE = 1_000;

    private final UserStores stores;
    private final Memberships memberships;
    private final OwnUploads uploads;

    public UserExport(UserStores stores, RoomLimits limits) {
        this.stores = stores;
        this.memberships = new Memberships(stores, limits);
        this.uploads = new OwnUploads(stores.uploads());
    }

    /**
     * @param sessions the live ones, as JSON values
     * @param after the part of the inbox behind this seq
     */
    public Future<Buffer> export(UserId user, List<Map<String, Object>> sessions, long after) {
        Future<Optional<AccountState>> account = stores.accounts().find(user);
        Future<List<Memberships.Row>> rooms = memberships.of(user);
        Future<List<UserId>> blocked = blocked(user, Optional.empty(), new ArrayList<>());
        Future<List<Upload>> files = uploads.of(user);
        Future<Slice> inbox = stores.streams().after(StreamName.inbox(user), after, PART);
        return Future.all(account, rooms, blocked, files, inbox).map(any -> {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("userId", user.value());
            account.result().ifPresent(state -> fields.put("account", fields(state.account())));
            fields.put("sessions", sessions);
            fields.put("rooms", rooms.result().stream().map(UserExport::fields).toList());
            fields.put("blocks", blocked.result().stream().map(UserId::value).toList());
            fields.put(
                    "uploads", files.result().stream().map(UserExport::fields).toList());
            String head = Json.write(fields);
            Buffer json = Buffer.buffer(head.substring(0, head.length() - 1));
            append(json, inbox.result());
            return json.appendString("}");
        });
    }

    /** The messages as the user's devices receive them. */
    private static void append(Buffer json, Slice inbox) {
        json.appendString(",\"inbox\":{\"epoch\":" + Json.write(inbox.head().epoch()) + ",\"seq\":"
                + inbox.head().seq() + ",\"messages\":[");
        String separator = "";
        for (StreamEntry entry : inbox.entries()) {
            json.appendString(separator).appendBytes(EntryFrame.frame(entry));
            separator = ",";
        }
        json.appendString("],\"more\":" + inbox.more() + '}');
    }

    private static Map<String, Object> fields(Account account) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("username", account.username().shown());
        fields.put("email", account.email().value());
        fields.put("createdAt", account.createdAt());
        return fields;
    }

    private static Map<String, Object> fields(Memberships.Row row) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("roomId", row.room().value());
        fields.put("role", row.membership().role().id());
        return fields;
    }

    /** Neither the ticket nor the id of the file, by which it is fetched. */
    private static Map<String, Object> fields(Upload upload) {
        Map<String, Object> fields = new LinkedHashMap<>();
        upload.target()
                .fold(
                        room -> fields.put("roomId", room.value()),
                        recipient -> fields.put("recipientId", recipient.value()));
        fields.put("name", upload.name());
        fields.put("size", upload.size());
        fields.put("mime", upload.mime());
        fields.put("createdAt", upload.createdAt());
        return fields;
    }

    private Future<List<UserId>> blocked(UserId user, Optional<UserId> after, List<UserId> found) {
        return stores.inboxes().blocked(user, after, PAGE).compose(page -> {
            found.addAll(page);
            return page.size() < PAGE
                    ? Future.succeededFuture(found)
                    : blocked(user, Optional.of(page.get(page.size() - 1)), found);
        });
    }
}
