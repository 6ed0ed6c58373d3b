//! Invented names and numbers. Each name says that it is a sample.

use domain::{ids::ResidentId, region::Region};

use services::register::Resident;

use crate::dice::Dice;

const FIRST: [&str; 24] = [
    "Zarafshon",
    "Registon",
    "Bunyod",
    "Kelajak",
    "Turon",
    "Afrosiyob",
    "Sogʻdiyona",
    "Orol",
    "Chimgan",
    "Humo",
    "Lochin",
    "Nihol",
    "Tafakkur",
    "Ziyo",
    "Yulduz",
    "Oltin Vodiy",
    "Shoshtepa",
    "Amudaryo",
    "Ustyurt",
    "Navroʻz",
    "Karvon",
    "Ipak",
    "Mirzo",
    "Guliston",
];
const SECOND: [&str; 12] =
    ["Soft", "Data", "Digital", "Logic", "Cloud", "Studio", "Labs", "Code", "Systems", "Media", "Service", "Academy"];

pub(super) fn resident(index: usize, region: Region, dice: Dice) -> Resident {
    let self_employed = index > 10 && dice.roll("self_employed", index as u64, 0).is_multiple_of(25);
    let (first, second) = (FIRST[index % FIRST.len()], SECOND[index / FIRST.len() % SECOND.len()]);
    let round = index / (FIRST.len() * SECOND.len());
    let suffix = if round == 0 { String::new() } else { format!(" {}", round + 1) };
    let name =
        if self_employed { format!("{first} {second}{suffix}, YaTT (namuna)") } else { format!("{first} {second}{suffix} MCHJ (namuna)") };
    // a person's number has fourteen digits, a company's nine
    let tax_number = if self_employed { format!("1010199{index:07}") } else { format!("39{index:07}") };
    Resident {
        id: resident_id(index),
        tax_number,
        name,
        region,
        self_employed,
        foreign_owned: !self_employed && dice.roll("foreign", index as u64, 0) % 100 < 30,
        certificate: format!("N-{:05}", index + 1),
        invented: true,
    }
}

/// The identifier of an invented resident.
fn resident_id(index: usize) -> ResidentId {
    // version 8: free for our own use
    ResidentId(uuid::Builder::from_custom_bytes((0x1701_0000_0000_0000_0000_0000_0000_0000_u128 + index as u128).to_be_bytes()).into_uuid())
}
