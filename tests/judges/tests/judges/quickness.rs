//! An APDU over pcscd and vpcd costs the machine's time and not the network's: without acknowledgements
//! at once each would wait 44 ms.

use std::ffi::CString;
use std::time::{Duration, Instant};

use lanyard_judges::Court;
use pcsc::{Context, Protocols, Scope, ShareMode};

const ROUNDS: usize = 500;

/// Generous for a machine that does other things meanwhile; far from 44 ms.
const LONGEST_MEDIAN: Duration = Duration::from_millis(5);

#[test]
#[expect(clippy::disallowed_methods, reason = "this measures")]
fn an_apdu_takes_no_network_time() {
    let court = Court::with("nurse").unwrap();
    let reader = CString::new(court.stack().reader_names()[0].as_str()).unwrap();
    let measure = move || {
        let context = Context::establish(Scope::System).unwrap();
        let card = context.connect(&reader, ShareMode::Shared, Protocols::ANY).unwrap();
        let select = [0, 0xA4, 4, 0, 5, 0xA0, 0, 0, 3, 8];
        let mut buffer = [0; 300];
        card.transmit(&select, &mut buffer).unwrap();
        let round = |_| {
            let start = Instant::now();
            card.transmit(&[0, 0x20, 0, 0x80], &mut buffer).unwrap();
            start.elapsed()
        };
        let mut rounds: Vec<Duration> = (0..ROUNDS).map(round).collect();
        rounds.sort();
        rounds
    };
    let rounds = court.stack().thread(measure).unwrap().join().unwrap();
    let (median, slow) = (rounds[ROUNDS / 2], rounds[ROUNDS * 99 / 100]);
    println!("an empty VERIFY over vpcd: median {median:?}, p99 {slow:?}");
    assert!(median < LONGEST_MEDIAN, "{median:?}");
}
