package dev.portcullis.protocol;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/**
 * The rooms that a token grants: names, or prefixes ending in {@code *}, stored in one string. Each session keeps them
 * in memory, and 256 separate strings need three times as much (CWE-770).
 */
public final class GrantedRooms extends AbstractList<String> implements RandomAccess {
    private static final char ANY = '*';

    private final String names;
    private final int[] ends;

    private GrantedRooms(String names, int[] ends) {
        this.names = names;
        this.ends = ends;
    }

    public static GrantedRooms of(List<String> names) {
        if (names instanceof GrantedRooms granted) {
            return granted;
        }
        int[] ends = new int[names.size()];
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < ends.length; i++) {
            text.append(names.get(i));
            ends[i] = text.length();
        }
        return new GrantedRooms(text.toString(), ends);
    }

    public boolean cover(RoomId room) {
        for (int i = 0; i < ends.length; i++) {
            if (covers(i, room.value())) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String get(int index) {
        return names.substring(begin(index), ends[index]);
    }

    @Override
    public int size() {
        return ends.length;
    }

    private boolean covers(int index, String room) {
        int begin = begin(index);
        int end = ends[index];
        if (end > begin && names.charAt(end - 1) == ANY) {
            return room.regionMatches(0, names, begin, end - 1 - begin);
        }
        return room.length() == end - begin && room.regionMatches(0, names, begin, room.length());
    }

    private int begin(int index) {
        return index == 0 ? 0 : ends[index - 1];
    }
}
