package io.caravan.dag;

/**
 * Slots that tasks of all workflows share: a task runs only while it holds as many as it asks for. A bean of a YAML file; its bean name is the pool's name.
 *
 * <p>Defaults: one slot, which makes it a lock. Set up once, then read by any thread.
 */
public final class Pool {
    private int slots = 1;
    private String description = "";

    public int getSlots() {
        return slots;
    }

    /** How many slots there are; -1: no limit. */
    public void setSlots(int slots) {
        if (slots < -1) {
            throw new IllegalArgumentException("slots must be 0 or more, or -1 for no limit, but is " + slots + ".");
        }
        this.slots = slots;
    }

    public String getDescription() {
        return description;
    }

    public void setDescription(String description) {
        this.description = description;
    }
}
