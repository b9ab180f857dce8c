package dev.portcullis.uploads.ticket;

import dev.portcullis.uploads.ticket.SharePolicy.Storage;
import dev.portcullis.uploads.ticket.SharePolicy.StorageShares;
import dev.portcullis.uploads.ticket.SharePolicy.UploadQuota;
import dev.portcullis.uploads.ticket.Upload.UploadOrigin;
import java.util.List;

/** Policies and origins of tests that are not about shares. */
public final class TestShares {
    public static final UploadOrigin NOWHERE = UploadOrigin.of(List.of());

    private TestShares() {}

    /** In a place that never gets full. */
    public static SharePolicy quota(long bytes, int pending) {
        return new SharePolicy(
                new UploadQuota(bytes, pending),
                new StorageShares(0, 0, 100_000, 100_000, 100_000),
                new Storage(1L << 53, false));
    }
}
