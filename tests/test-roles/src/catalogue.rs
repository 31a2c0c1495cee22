//! A catalogue with baselines, made up where public pages cite none.

use lanyard_roles::{Catalogue, CatalogueFile, Table};

/// An area of work that stands for pharmacies here. Its code is made up.
pub const PHARMACY: &str = "P0900:Q0900:T0900";

const BASELINES: &str = "job_role,area_of_work,activity
R0260,,B0380
R0260,,B0420
R0260,,B0825
R0620,,B0360
R8001,,B0360
R8001,,B0264
R8004,,B0820
R8009,,B0825
R1730,,B0825
R8003,P0900:Q0900:T0900,B0068
R8003,P0900:Q0900:T0900,B0572
R8004,P0900:Q0900:T0900,B0570
R8008,P0900:Q0900:T0900,B0572
";

/// The starter catalogue with baselines: those of pharmacies are cited, the others are made up.
pub fn catalogue() -> Catalogue {
    Catalogue::of(&catalogue_file()).0
}

/// The same as a file.
pub fn catalogue_file() -> CatalogueFile {
    let starter = include_bytes!("../../../crates/lanyard-roles/src/catalogue/starter.json");
    let mut file = CatalogueFile::from_json(starter).expect("the starter is a catalogue");
    file.version = "test 1".into();
    file.add_csv(Table::AreasOfWork, format!("code,name\n{PHARMACY},Pharmacy\n").as_bytes())
        .expect("a table");
    file.add_csv(Table::Baselines, BASELINES.as_bytes()).expect("a table");
    file
}
