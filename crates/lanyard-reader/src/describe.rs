//! What a reader says of itself: its PIN pad and its place on the USB.
//!
//! Asked over a direct connection, which needs no card, resets none, and powers none. What a reader does
//! not know of itself is no error.

use pcsc::{Attribute, Card, ctl_code};

use crate::card::Connection;
use crate::fault::Fault;
use crate::pin_pad::{Features, GET_FEATURE_REQUEST, LONGEST_LIST};
use crate::{PadProperties, PinPad, ReaderDetails, UsbAddress};

/// The data channel type of a USB reader in `SCARD_ATTR_CHANNEL_ID` (PC/SC part 3 §3.1.3.1).
const USB: u32 = 0x0020;

/// Room for the properties of keys and for more, so that a longer answer is seen to be one, in bytes.
const LONGEST_PROPERTIES: usize = 16;

pub(crate) fn describe(reader: &mut Connection) -> Result<ReaderDetails, Fault> {
    reader.call(|reader| {
        Ok(ReaderDetails {
            pin_pad: pin_pad(reader)?,
            usb: known(channel(reader))?.and_then(usb_address),
        })
    })
}

/// Keys that do not tell what they can do are keys all the same.
fn pin_pad(reader: &Card) -> Result<Option<PinPad>, Fault> {
    let mut list = [0; LONGEST_LIST];
    let list = reader.control(ctl_code(GET_FEATURE_REQUEST.into()), &[], &mut list);
    let Some(features) = known(list)?.and_then(Features::in_list) else {
        return Ok(None);
    };
    let mut structure = [0; LONGEST_PROPERTIES];
    let properties = match features.properties {
        Some(code) => known(reader.control(code.0.into(), &[], &mut structure))?,
        None => None,
    };
    Ok(Some(features.pin_pad(properties.and_then(PadProperties::parse))))
}

fn channel(reader: &Card) -> Result<Option<u32>, pcsc::Error> {
    let mut id = [0; size_of::<u64>()];
    let id = reader.get_attribute(Attribute::ChannelId, &mut id)?;
    Ok(id.try_into().ok().map(u32::from_ne_bytes))
}

/// Bus and device out of `DDDDCCCC`: the type of the channel and its number, `bus << 8 | device`.
fn usb_address(channel: Option<u32>) -> Option<UsbAddress> {
    let [high, low, bus, device] = channel?.to_be_bytes();
    let is_usb = u32::from_be_bytes([0, 0, high, low]) == USB;
    is_usb.then_some(UsbAddress { bus, device })
}

/// Makes nothing of what a driver does not know; passes on that reader or service are gone.
fn known<T>(answer: Result<T, pcsc::Error>) -> Result<Option<T>, Fault> {
    match answer.map_err(Fault::of) {
        Ok(answer) => Ok(Some(answer)),
        Err(fault @ (Fault::ServiceGone | Fault::Denied | Fault::ReaderDeparted)) => Err(fault),
        Err(
            Fault::Cancelled
            | Fault::Kept
            | Fault::TimedOut
            | Fault::CardRemoved
            | Fault::CardReset
            | Fault::Mute
            | Fault::Busy
            | Fault::Other(_),
        ) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_usb_reader_tells_bus_and_device() {
        let place = usb_address(Some(0x0020_0C2A));
        assert_eq!(place, Some(UsbAddress { bus: 12, device: 42 }));
    }

    #[test]
    fn a_serial_reader_has_no_usb_address() {
        assert_eq!(usb_address(Some(0x0001_0001)), None);
        assert_eq!(usb_address(None), None);
    }
}
