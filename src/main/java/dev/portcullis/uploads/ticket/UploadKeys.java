package dev.portcullis.uploads.ticket;

import dev.portcullis.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The names of rows in both stores, and their order. */
final class UploadKeys {
    /** The sums of all users. */
    static final String ALL = "*";

    /** More than any sum of bytes. */
    private static final long MOST = 1L << 53;

    private static final String OWNER = "o ";
    private static final String NETWORK = "a ";

    private UploadKeys() {}

    static String sumsOf(UserId owner) {
        return OWNER + owner.value();
    }

    static String sumsOf(String network) {
        return NETWORK + network;
    }

    /** All sums that an upload counts in. */
    static List<String> sumsOf(Upload upload) {
        List<String> fields = new ArrayList<>(List.of(ALL, sumsOf(upload.owner())));
        if (upload.origin().ofNewUser()) {
            upload.origin().address().forEach(network -> fields.add(sumsOf(network)));
        }
        return fields;
    }

    /** All sums that the answer to a ticket for it depends on. */
    static List<String> sumsOfJudged(Upload upload) {
        List<String> fields = new ArrayList<>(List.of(ALL, sumsOf(upload.owner())));
        upload.origin().address().forEach(network -> fields.add(sumsOf(network)));
        return fields;
    }

    /** An owner's uploads, the oldest first. */
    static String owned(Upload upload) {
        return ownedFrom(upload.owner()) + padded(upload.createdAt()) + " " + upload.id();
    }

    static String ownedFrom(UserId owner) {
        return owner.value() + " ";
    }

    /** Where a page of an owner begins, whatever the caller says. */
    static String ownedFrom(UserId owner, String from) {
        return from.startsWith(ownedFrom(owner)) ? from : ownedFrom(owner);
    }

    /** The first key behind all of an owner. */
    static String ownedUntil(UserId owner) {
        return owner.value() + "!";
    }

    static String idOfOwned(String key) {
        return key.substring(key.lastIndexOf(' ') + 1);
    }

    static long createdAtOfOwned(String key) {
        return Long.parseLong(key.split(" ", -1)[1]);
    }

    /** Users, those with most bytes first. The script {@code commit_upload} writes it so. */
    static String holder(UserId owner, long bytes) {
        return String.format(Locale.ROOT, "%016d %s", MOST - bytes, owner.value());
    }

    static String ownerOfHolder(String key) {
        return key.substring(key.indexOf(' ') + 1);
    }

    static String due(long at, String id) {
        return padded(at) + " " + id;
    }

    static String idOfDue(String key) {
        return key.substring(key.indexOf(' ') + 1);
    }

    private static String padded(long millis) {
        return String.format(Locale.ROOT, "%019d", millis);
    }
}
