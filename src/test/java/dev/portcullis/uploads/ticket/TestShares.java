package dev.portcullis.uploads.ticket;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.uploads.ticket.SharePolicy.Storage;
import dev.portcullis.uploads.ticket.SharePolicy.StorageShares;
import dev.portcullis.uploads.ticket.SharePolicy.UploadQuota;
import dev.portcullis.uploads.ticket.Upload.UploadOrigin;
import java.security.SecureRandom;
import java.util.List;

/** Policies and uploads of tests that are not about shares. */
public final class TestShares {
    public static final UploadOrigin NOWHERE = UploadOrigin.of(List.of());

    private static final SecureRandom RANDOM = new SecureRandom();

    private TestShares() {}

    /** An upload to a room, with a ticket of its own that is good from 0 to 1,000 ms. */
    public static Upload upload(UserId owner, String name, long size) {
        return upload(owner, name, size, 0);
    }

    public static Upload upload(UserId owner, String name, long size, long now, String... address) {
        UploadTicket ticket = UploadTicket.draw(RANDOM);
        return new Upload(
                ticket.file(),
                Upload.State.ISSUED,
                owner,
                new Target.ToRoom(new RoomId("lobby")),
                name,
                size,
                name.endsWith(".png") ? "image/png" : "text/plain",
                ticket.hash(),
                now,
                now + 1_000,
                TicketGrants.MEMBER,
                UploadOrigin.of(List.of(address)));
    }

    /** In a place that never gets full. */
    public static SharePolicy quota(long bytes, int pending) {
        return new SharePolicy(
                new UploadQuota(bytes, pending),
                new StorageShares(0, 0, 100_000, 100_000, 100_000),
                new Storage(1L << 53, false));
    }
}
