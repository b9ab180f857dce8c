package dev.portcullis.admin.users;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** What one deletion of a user did. One that repeats another did the rest. */
public record DeletionReport(KeptMessages messages, long begunAt, long endedAt, Map<Kind, Long> counts) {
    /** The kinds of what is deleted, or changed. */
    public enum Kind {
        ACCOUNTS("accounts"),
        FILES("files"),
        ENTRIES("entries"),
        ARCHIVED_ENTRIES("archivedEntries"),
        INBOX_ENTRIES("inboxEntries"),
        ARCHIVED_INBOX_ENTRIES("archivedInboxEntries"),
        HOOK_EVENTS("hookEvents");

        private final String id;

        Kind(String id) {
            this.id = id;
        }

        public String id() {
            return id;
        }
    }

    /** Counts while a deletion goes on, one step after the other. */
    static final class Counts {
        private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);

        void add(Kind kind, long count) {
            counts.merge(kind, count, Long::sum);
        }

        DeletionReport report(KeptMessages messages, long begunAt, long endedAt) {
            for (Kind kind : Kind.values()) {
                counts.putIfAbsent(kind, 0L);
            }
            return new DeletionReport(messages, begunAt, endedAt, Collections.unmodifiableMap(counts));
        }
    }
}
