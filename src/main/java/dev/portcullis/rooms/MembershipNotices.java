package dev.portcullis.rooms;

import java.util.List;

/** Tells users of changes of their memberships. A notice may be lost: the list of rooms has the same facts. */
@FunctionalInterface
public interface MembershipNotices {
    /** @param notices the notices of one change; it may be one for each member of a room */
    void tell(List<MembershipNotice> notices);
}
