package dev.portcullis.admin;

import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.protocol.UserId;
import dev.portcullis.uploads.UserUploads;
import dev.portcullis.uploads.UserUploads.Holders;
import dev.portcullis.uploads.UserUploads.Uploaded;
import dev.portcullis.uploads.UserUploads.UserUpload;
import dev.portcullis.uploads.ticket.UploadStore.Holder;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Shows operators how much storage each user takes, and deletes files. Each deletion is an audit event that says who made it.
 */
final class UploadOperations {
    private final UserUploads uploads;

    UploadOperations(UserUploads uploads) {
        this.uploads = uploads;
    }

    void bind(OperatorCall.Routes routes) {
        routes.bind("listUploads", this::list)
                .bind("deleteUpload", this::deleteOne)
                .bind("deleteUserUploads", this::deleteAll);
    }

    private void list(OperatorCall call) {
        String after = PageCursor.of(call.request());
        Future<Map<String, Object>> found = call.request()
                .textIn("userId")
                .map(UserId::new)
                .map(user -> uploads.of(user, after).map(page -> fields(user, page)))
                .orElseGet(() -> uploads.holders(after).map(UploadOperations::fields));
        call.then(found, call::send);
    }

    private void deleteOne(OperatorCall call) {
        String file = call.request().text("fileId");
        call.then(
                uploads.end(file),
                owner -> call.ifFound(owner, user -> call.done(event(call, user).resource(file))));
    }

    private void deleteAll(OperatorCall call) {
        call.then(uploads.end(call.user()), any -> call.done(event(call, call.user())));
    }

    private static AuditEvent event(OperatorCall call, UserId owner) {
        return call.event(EventName.ADMIN_UPLOADS_DELETED).user(owner);
    }

    private static Map<String, Object> fields(Holders page) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("bytes", page.bytes());
        fields.put("placeBytes", page.placeBytes());
        fields.put(
                "holders", page.holders().stream().map(UploadOperations::fields).toList());
        PageCursor.put(fields, page.next());
        return fields;
    }

    private static Map<String, Object> fields(Holder holder) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("userId", holder.owner().value());
        fields.put("bytes", holder.bytes());
        fields.put("uploads", holder.uploads());
        fields.put("oldestAt", holder.oldestAt());
        putAddress(fields, holder.address());
        return fields;
    }

    private static Map<String, Object> fields(UserId user, Uploaded page) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("userId", user.value());
        fields.put(
                "uploads", page.uploads().stream().map(UploadOperations::fields).toList());
        PageCursor.put(fields, page.next());
        return fields;
    }

    private static Map<String, Object> fields(UserUpload upload) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("fileId", upload.id());
        upload.target()
                .fold(
                        room -> fields.put("roomId", room.value()),
                        recipient -> fields.put("recipientId", recipient.value()));
        fields.put("name", upload.shownName());
        fields.put("size", upload.size());
        fields.put("mime", upload.mime());
        fields.put("createdAt", upload.createdAt());
        fields.put("endsAt", upload.dueAt());
        fields.put("kept", upload.kept());
        putAddress(fields, upload.address());
        return fields;
    }

    private static void putAddress(Map<String, Object> fields, List<String> address) {
        if (!address.isEmpty()) {
            fields.put("address", address.get(0));
        }
    }
}
