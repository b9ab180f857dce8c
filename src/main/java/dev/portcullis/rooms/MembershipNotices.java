package dev.portcullis.rooms;

import java.util.List;

/** Tells users what changed about their memberships. A notice may be lost: the list of rooms has all of it. */
@FunctionalInterface
public interface MembershipNotices {
    void tell(List<MembershipNotice> notices);
}
