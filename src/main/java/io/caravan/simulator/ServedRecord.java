package io.caravan.simulator;

/**
 * One record as it goes over the wire.
 *
 * @param identity the same for a packet and its repeats, whatever their bytes
 * @param defect empty for a sound record, else what is wrong with it
 */
record ServedRecord(String text, long identity, String defect) {
    boolean isSound() {
        return defect.isEmpty();
    }
}
