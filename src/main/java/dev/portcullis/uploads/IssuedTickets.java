package dev.portcullis.uploads;

import dev.portcullis.protocol.UserId;
import dev.portcullis.uploads.ticket.FileId;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.ticket.UploadTicket;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The tickets that this node has issued and that are not over, so that a right one proves whose it is before any store is
 * asked. The oldest are forgotten first: a ticket that is not here may still be right, and is looked up with what strangers
 * have. Used by all threads.
 */
final class IssuedTickets {
    private final int most;
    private final Map<FileId, Upload> byFile = new LinkedHashMap<>();

    IssuedTickets(int most) {
        this.most = most;
    }

    synchronized void add(Upload issued) {
        byFile.put(issued.id(), issued);
        Iterator<Upload> oldest = byFile.values().iterator();
        while (oldest.hasNext()) {
            Upload each = oldest.next();
            if (byFile.size() <= most && each.dueAt() > issued.createdAt()) {
                return;
            }
            oldest.remove();
        }
    }

    /** The owner of a ticket; empty where this node does not know it. */
    synchronized Optional<UserId> ownerOf(UploadTicket ticket, long now) {
        return Optional.ofNullable(byFile.get(ticket.file()))
                .filter(issued -> issued.isOpenTo(ticket, now))
                .map(Upload::owner);
    }

    synchronized void remove(FileId file) {
        byFile.remove(file);
    }
}
