package dev.portcullis.rooms;

import java.util.List;

/** Tells users what changed about their memberships. A notice may be lost: the list of rooms has all of it. */
@FunctionalInterface
public interface MembershipNotices {
    /** @param notices of one change, which may be one for each member of a room */
    void tell(List<MembershipNotice> notices);
}
